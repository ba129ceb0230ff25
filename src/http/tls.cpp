// SPDX-License-Identifier: MIT
#include "http/tls.hpp"
