/*
 * The table of byte classes (RFC 8259, sections 2, 6 and 7).
 */
#include "bytes.h"


/*
 * W  white space          tab, LF, CR
 * B  white space, plain   space
 * P  plain                0x20-0x7e but for those below, \ and "
 * E  escape               \ "
 * S  escape, plain        / n r t
 * H  hex, plain           0-9 A-F a c d e
 * X  hex, escape, plain   b f
 */
#define W RIVERTY_BYTE_SPACE
#define B (RIVERTY_BYTE_SPACE | RIVERTY_BYTE_PLAIN)
#define P RIVERTY_BYTE_PLAIN
#define E RIVERTY_BYTE_ESCAPE
#define S (RIVERTY_BYTE_ESCAPE | RIVERTY_BYTE_PLAIN)
#define H (RIVERTY_BYTE_HEX | RIVERTY_BYTE_PLAIN)
#define X (RIVERTY_BYTE_HEX | RIVERTY_BYTE_ESCAPE | RIVERTY_BYTE_PLAIN)

/* clang-format off */
const uint8_t riverty_byte_classes[256] = {
    /* 0x00 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, W, W, 0, 0, W, 0, 0,
    /* 0x10 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* 0x20 */ B, P, E, P, P, P, P, P, P, P, P, P, P, P, P, S,
    /* 0x30 */ H, H, H, H, H, H, H, H, H, H, P, P, P, P, P, P,
    /* 0x40 */ P, H, H, H, H, H, H, P, P, P, P, P, P, P, P, P,
    /* 0x50 */ P, P, P, P, P, P, P, P, P, P, P, P, E, P, P, P,
    /* 0x60 */ P, H, X, H, H, H, X, P, P, P, P, P, P, P, S, P,
    /* 0x70 */ P, P, S, P, S, P, P, P, P, P, P, P, P, P, P, 0,
    /* 0x80 and above: 0 */
};
/* clang-format on */
