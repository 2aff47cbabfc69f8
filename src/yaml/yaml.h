/*
 * The agreement file that people write, as a tree of texts with places. The only file that knows YAML (libfyaml).
 *
 * Scalars stay text as written, whatever they look like: `103959`, `0o17`, `no`. What makes a file mean something else
 * than what stands in it is refused: anchors, aliases, tags, merge keys, directives, several documents, tabs, a byte
 * order mark, any encoding but UTF-8.
 */
#ifndef YAML_YAML_H
#define YAML_YAML_H

#include "base/arena.h"
#include "base/problem.h"
#include "base/str.h"
#include "terms/document.h"

enum { YAML_BYTES_MAX = 1024 * 1024, YAML_DEPTH_MAX = 32 };

/*
 * Reads BYTES; FILE is what the problems name. Texts are copied into ARENA.
 *
 * NULL when nothing in it can be read. Otherwise a tree, even when problems were found, so that terms_read can report
 * what else is wrong: a node with `broken` set is one that a problem was reported for, and terms_read refuses a tree
 * that has one. After a syntax error the sections (keys at the left margin) are read one by one, so one mistake does
 * not hide the others.
 */
const struct node *yaml_read(struct arena *arena, struct str bytes, struct str file,
			     struct problems *problems) MUST_USE;

#endif
