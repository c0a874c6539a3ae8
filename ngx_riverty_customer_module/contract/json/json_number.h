/*
 * Numbers of a JSON text: the pass over one.
 */
#ifndef RIVERTY_JSON_NUMBER_H
#define RIVERTY_JSON_NUMBER_H

#include "contract/core/riverty.h"
#include "scan_status.h"


/*
 * Passes the number whose minus sign or first digit is at pos.  Returns the
 * byte behind it, or NULL with fault filled.
 */
const unsigned char *riverty_number_scan(const unsigned char *pos,
                                         const unsigned char *end,
                                         riverty_fault_t *fault);

#endif
