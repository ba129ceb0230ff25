// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace terra_hook::test {

/// `bytes` in the gzip format, as small as zlib gets them.
std::string gzip(std::string_view bytes);

}  // namespace terra_hook::test
