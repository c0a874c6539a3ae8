/*
 * The table of metrics: a row a family.  The status pages, docs/metrics.md and
 * the tests walk it; whoever includes this file says what METRIC makes of a
 * row.
 *
 * METRIC(ID, name, TYPE, UNIT, WHERE, LABEL1, LABEL2, LABEL3, SHOWN, help)
 *
 *   name     without the "_total" that a counter's samples have
 *   TYPE     COUNTER, GAUGE, or by their buckets TIMES and SIZES
 *   UNIT     SECONDS, BYTES, or NONE: of the name's end.  Cells of TIMES, and
 *            of gauges that are PRECISE, are nanoseconds.
 *   WHERE    SHARED: cells of the shared memory, one for each combination of
 *            labels; APPS: such cells for each app; KEYS: for each key of the
 *            store; ASKED: known when a page is made
 *   LABEL    a row of NGX_HTTP_RIVERTY_LABELS, or NONE
 *   SHOWN    ALWAYS, or COUNTED: a sample is left out while it is 0
 */

METRIC(BUILD, "riverty_build_info", GAUGE, NONE, ASKED,
       VERSION, NGINX, NONE, ALWAYS,
       "Always 1; its labels are the versions of the module and of nginx.")

METRIC(COUNTING, "riverty_counting_since_timestamp_seconds", GAUGE, SECONDS,
       ASKED, NONE, NONE, NONE, ALWAYS,
       "When the counters began at 0.")

METRIC(REQUESTS, "riverty_requests", COUNTER, NONE, APPS,
       APP, OPERATION, OUTCOME, COUNTED,
       "Requests that have ended, by app, operation and what became of them.")

METRIC(REFUSALS, "riverty_refusals", COUNTER, NONE, SHARED,
       PROBLEM, WOULD, NONE, ALWAYS,
       "Requests by the problem that they were refused with; would=true: in "
       "monitor, where they went on.")

METRIC(FINDINGS, "riverty_findings", COUNTER, NONE, SHARED,
       RULE, LEVEL, WOULD, COUNTED,
       "Findings in documents, by rule and level; would=true: of level reject "
       "in monitor, which rejects nothing.")

METRIC(NORMALISATIONS, "riverty_normalisations", COUNTER, NONE, SHARED,
       FIELD, WOULD, NONE, COUNTED,
       "Values put into the API's form, by field; would=true: in monitor, "
       "which changes nothing.")

METRIC(REPLIES, "riverty_upstream_replies", COUNTER, NONE, SHARED,
       CLASS, NONE, NONE, ALWAYS,
       "Requests that went to the API, by the class of its last status; none: "
       "no reply came.")

METRIC(OWN_TIME, "riverty_own_duration_seconds", TIMES, SECONDS, SHARED,
       OPERATION, NONE, NONE, COUNTED,
       "Time of the module: from the whole head of a request to its "
       "forwarding or refusal, without the wait for its body.")

METRIC(UPSTREAM_TIME, "riverty_upstream_duration_seconds", TIMES, SECONDS,
       SHARED, OPERATION, NONE, NONE, COUNTED,
       "Time of the API: from the forwarding of a request to the end of the "
       "last try.")

METRIC(IN_FLIGHT, "riverty_in_flight_requests", GAUGE, NONE, ASKED,
       NONE, NONE, NONE, ALWAYS,
       "Requests to protected locations that are under way in workers that "
       "live.")

METRIC(STORE_VERSION, "riverty_store_version", GAUGE, NONE, ASKED,
       NONE, NONE, NONE, ALWAYS,
       "Version of the key store in force; 0: there is none.")

METRIC(STORE_LOADED, "riverty_store_loaded_timestamp_seconds", GAUGE, SECONDS,
       SHARED, NONE, NONE, NONE, ALWAYS,
       "When a worker last took a good key store into force.")

METRIC(STORE_BAD, "riverty_store_bad_since_timestamp_seconds", GAUGE, SECONDS,
       SHARED, NONE, NONE, NONE, ALWAYS,
       "Since when the key store's files are bad, and an older store is in "
       "force; 0: they are good.")

METRIC(STORE_APPS, "riverty_store_apps", GAUGE, NONE, ASKED,
       NONE, NONE, NONE, ALWAYS,
       "Apps in the key store.")

METRIC(STORE_OTHER, "riverty_store_apps_without_place", GAUGE, NONE, ASKED,
       NONE, NONE, NONE, ALWAYS,
       "Apps that count as other, since riverty_zone has no room for them.")

METRIC(KEY_IN_USE, "riverty_key_in_use", GAUGE, NONE, KEYS,
       APP, KEY, NONE, ALWAYS,
       "1 for the key that an app's requests are sent with now, else 0.")

METRIC(KEY_ACCEPTED, "riverty_key_last_accepted_timestamp_seconds", GAUGE,
       SECONDS, KEYS, APP, KEY, NONE, ALWAYS,
       "When the API last answered a request with this key otherwise than by "
       "401; 0: not yet.")

METRIC(KEY_REFUSED, "riverty_key_refused", COUNTER, NONE, KEYS,
       APP, KEY, NONE, ALWAYS,
       "Times that the API answered 401 to this key.")

METRIC(KEY_NOT_AFTER, "riverty_key_not_after_timestamp_seconds", GAUGE,
       SECONDS, KEYS, APP, KEY, NONE, COUNTED,
       "When the key's validity ends, or 0 where it does not.")

METRIC(AUDIT_RECORDS, "riverty_audit_records", COUNTER, NONE, SHARED,
       NONE, NONE, NONE, ALWAYS,
       "Records that an audit log took.")

METRIC(AUDIT_FAILED, "riverty_audit_records_failed", COUNTER, NONE, SHARED,
       NONE, NONE, NONE, ALWAYS,
       "Records that an audit log did not take.")

METRIC(AUDIT_BYTES, "riverty_audit_bytes", COUNTER, BYTES, SHARED,
       NONE, NONE, NONE, ALWAYS,
       "Bytes of the records that an audit log took.")

METRIC(AUDIT_BATCH, "riverty_audit_batch_records", SIZES, NONE, SHARED,
       NONE, NONE, NONE, ALWAYS,
       "Records that a worker gave to an audit log at once.")

METRIC(AUDIT_WRITTEN, "riverty_audit_last_write_timestamp_seconds", GAUGE,
       SECONDS, SHARED, NONE, NONE, NONE, ALWAYS,
       "When an audit log last took a batch whole; 0: not yet.")

METRIC(AUDIT_LAG, "riverty_audit_last_write_lag_seconds", PRECISE, SECONDS,
       SHARED, NONE, NONE, NONE, ALWAYS,
       "How long the oldest record had waited of the first batch in that "
       "second.")
