/*
 * assert_uint_in_range() of cmocka 2, which warns of the older name, where
 * there is a cmocka 1 that has the older name only.  Stands behind <cmocka.h>.
 */
#ifndef T_CONTRACT_IN_RANGE_H
#define T_CONTRACT_IN_RANGE_H

#ifndef assert_uint_in_range
#define assert_uint_in_range assert_in_range
#endif

#endif
