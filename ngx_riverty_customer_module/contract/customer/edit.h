/*
 * Edits: what changes in a body, and the body with it changed.
 */
#ifndef RIVERTY_EDIT_H
#define RIVERTY_EDIT_H

#include "contract/core/riverty.h"
#include "document.h"


/*
 * Adds the edit that makes text of a field's string.  Returns false where
 * there is no memory.
 */
bool riverty_edit_add(riverty_document_t *document, unsigned field,
                      riverty_span_t text, const riverty_memory_t *memory);

/* The length of the body with the edits applied. */
size_t riverty_document_length(const riverty_document_t *document);

/* Writes that body to out, which has room for it; returns the end. */
unsigned char *riverty_document_write(const riverty_document_t *document,
                                      unsigned char *out);

#endif
