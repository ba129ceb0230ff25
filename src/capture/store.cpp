// SPDX-License-Identifier: MIT
#include "capture/store.hpp"
