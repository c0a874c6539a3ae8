# Keys from Vault: its agent writes the key files, apps.json stays a plain file
# (it holds digests and file names, no key).  In nginx.conf stands
#
#     riverty_key_store /etc/riverty/apps.json;
#
# The agent replaces a file by renaming another one onto it, so the workers
# never see half a key; they read the store again within check= (5 s), and no
# command has to be run.  Run the agent as root, and once before it:
#
#     install -d -o root -g www-data -m 2750 /etc/riverty
#
# With that the group of a new file is www-data, which the workers are in.
# error_on_missing_key: else a key that is not there would be written as
# "<no value>"; the gateway would refuse that, for its white space.
#
# Tried by hand without a Vault: the blocks with HashiCorp's own parser, the
# templates with Go's text/template and a stand-in for "secret"; what they make
# is judged in t/keys.t.

vault {
  address = "https://vault.example:8200"
}

auto_auth {
  method "approle" {
    config = {
      role_id_file_path   = "/etc/vault-agent/role-id"
      secret_id_file_path = "/etc/vault-agent/secret-id"
    }
  }
}

template {
  destination          = "/etc/riverty/billing.primary"
  perms                = "0640"
  error_on_missing_key = true
  contents             = <<EOT
{{ with secret "kv/data/riverty/billing" -}}
{{ .Data.data.primary }}
{{- end }}
EOT
}

template {
  destination          = "/etc/riverty/billing.secondary"
  perms                = "0640"
  error_on_missing_key = true
  contents             = <<EOT
{{ with secret "kv/data/riverty/billing" -}}
{{ .Data.data.secondary }}
{{- end }}
EOT
}
