/*
 * The statuses of a scan as data.
 */
#include "scan_status.h"


typedef struct {
    const char *id;
    const char *detail;
} status_text_t;

static const status_text_t statuses[RIVERTY_SCAN_STATUS_COUNT] = {
#define STATUS_TEXT(NAME, id, detail) { #id, detail },
    RIVERTY_SCAN_STATUSES(STATUS_TEXT)
#undef STATUS_TEXT
};


const char *
riverty_scan_id(riverty_scan_status_t status)
{
    return statuses[status].id;
}


const char *
riverty_scan_detail(riverty_scan_status_t status)
{
    return statuses[status].detail;
}
