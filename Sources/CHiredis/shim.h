#ifndef WARMPATH_CHIREDIS_SHIM_H
#define WARMPATH_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>

#endif
