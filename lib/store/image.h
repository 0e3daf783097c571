/* One after-image: what a key holds from here on. */
#ifndef STORE_IMAGE_H
#define STORE_IMAGE_H

#include "base/bytes.h"

struct image {
    struct slice key, value; /* value.data NULL: the key is deleted */
    uint64_t hash;           /* the overlay's own */
};

#endif
