// SPDX-License-Identifier: MIT
#include "http/content_coding.hpp"
