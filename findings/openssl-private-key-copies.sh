#!/bin/sh
#
# Expected: a private key that was read with PEM_read_bio_PrivateKey() is gone
# from memory when EVP_PKEY_free() has returned, which cleanses the key's bytes.
#
# Seen: three copies of an Ed25519 key's 32 bytes stay on the heap, in blocks that
# were freed without being cleansed: the decoders of OpenSSL 3 hand the DER from
# one to the next.  A key that was made of its raw bytes leaves none.
#
# It matters to whoever reads a key once to sign with it later, or to hand it to
# an HSM, and counts on free: a core dump, a heap overread or a forked child has
# the key for as long as nobody reuses those blocks.  PEM can be decoded into
# memory of one's own and the raw bytes be given to OpenSSL.
#
# OpenSSL 3.0.22 (Debian 12), 3.5.9 (Debian 13) and 3.6.5 (unstable).  Output of
# the program, the same with each:
#
#     pem: 3
#     raw: 0

set -eu

. "$(dirname "$0")/libraries.sh"

program()
{
    cat > "$dir/find.c" <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Every byte of the key here is another than in the key itself. */
static unsigned char hidden[32];

static int
copies(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned long start, end;
    unsigned char key[32];
    char line[512], how[8];
    int found = 0;

    for (int i = 0; i < 32; i++) {
        key[i] = hidden[i] ^ 0x55;
    }
    while (fgets(line, sizeof(line), maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &start, &end, how) != 3 ||
            strncmp(how, "rw", 2) != 0 || strstr(line, "[stack]") != NULL) {
            continue;
        }
        for (char *at = (char *) start;
             (at = memmem(at, end - (unsigned long) at, key, 32)) != NULL;
             at++) {
            found++;
        }
    }
    fclose(maps);
    return found;
}

int
main(int argc, char **argv)
{
    size_t len = 32;
    unsigned char raw[32];
    EVP_PKEY *key;

    if (strcmp(argv[1], "pem") == 0) {
        BIO *file = BIO_new_file(argv[2], "r");
        key = PEM_read_bio_PrivateKey(file, NULL, NULL, NULL);
        BIO_free(file);
        if (EVP_PKEY_get_raw_private_key(key, raw, &len) != 1) {
            return 2;
        }
    } else {
        if (read(open(argv[2], O_RDONLY), raw, 32) != 32) {
            return 2;
        }
        key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, raw, 32);
    }

    for (int i = 0; i < 32; i++) {
        hidden[i] = raw[i] ^ 0x55;
    }
    OPENSSL_cleanse(raw, sizeof(raw));
    EVP_PKEY_free(key);

    printf("%s: %d\n", argv[1], copies());
    return argc != 3;
}
END
}

# look SUITE VERSION
look()
{
    suite=$1
    unpack "$suite" "libssl-dev=$2" "openssl=$2"
    run "$suite" usr/bin/openssl genpkey -algorithm ed25519 -out "$dir/pem"
    run "$suite" usr/bin/openssl pkey -in "$dir/pem" -outform DER |
        tail -c 32 > "$dir/raw"
    compile "$suite" libcrypto.so
    expect "$2" "pem: 3" "$(run "$suite" find pem "$dir/pem")"
    expect "$2" "raw: 0" "$(run "$suite" find raw "$dir/raw")"
}

program
look bookworm 3.0.22-1~deb12u2
look trixie 3.5.9-1~deb13u1
look sid 3.6.5-1
