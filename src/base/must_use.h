/* MUST_USE: the result of this function carries its failure; a caller that drops it is a bug the compiler reports. */
#ifndef BASE_MUST_USE_H
#define BASE_MUST_USE_H

#define MUST_USE __attribute__((warn_unused_result))

#endif
