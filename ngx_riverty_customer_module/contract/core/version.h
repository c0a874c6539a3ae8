/*
 * The version of the tree: the module's and the command's.
 */
#ifndef RIVERTY_VERSION_H
#define RIVERTY_VERSION_H


#define RIVERTY_VERSION "0.1.0"

#endif
