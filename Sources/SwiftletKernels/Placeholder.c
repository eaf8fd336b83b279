#include "SwiftletKernels.h"
