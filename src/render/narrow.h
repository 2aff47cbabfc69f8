/*
 * Fonts cut down to the characters of one document, for embedding.
 *
 * A Chinese font is a file of some 16 MB whose outlines share subroutines. Cairo reads all of it for each document, and
 * where it cannot follow the subroutines it embeds every one of them: 1 MB a face. HarfBuzz cuts the face down first
 * and writes subroutines out; widths stay, so that the same text takes the same room.
 */
#ifndef RENDER_NARROW_H
#define RENDER_NARROW_H

#include <fontconfig/fontconfig.h>
#include <hb.h>
#include <stdbool.h>

struct whole_face {
	hb_face_t *face;          /* NULL where the system has none of the families, or a variable font */
	hb_set_t *covered;        /* its characters */
	hb_set_t *used;           /* by the document */
};

/* The face that the system has for one of FAMILIES, parted by commas, the last of them a generic name. */
void whole_face_find(struct whole_face *whole, const char *families, int weight);
void whole_face_free(struct whole_face *whole);

/* Whether the face can stand in for itself: it has every character that is used. */
bool whole_face_covers(const struct whole_face *whole);

/* Adds the cut face to CONFIG. *FILE is its file in memory, to be closed when CONFIG and its fonts are gone. SERIAL
 * must differ from that of any recent font: it makes the file's name, by which Cairo knows fonts. */
bool narrow_face_add(const struct whole_face *whole, FcConfig *config, unsigned serial, int *file);

#endif
