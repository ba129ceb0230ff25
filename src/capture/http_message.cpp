// SPDX-License-Identifier: MIT
#include "capture/http_message.hpp"
