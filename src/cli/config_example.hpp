// SPDX-License-Identifier: MIT
// What `config init` writes and terra-hook-config(5) shows.
#pragma once

#include <string_view>

namespace terra_hook {

inline constexpr std::string_view k_config_example =
    R"(# Settings of terra-hook. A key is the long name of a flag; terra-hook COMMAND --help lists them.
# Flags and TERRA_HOOK_* variables go before what stands here; a project's .terra-hook.toml, looked
# for from the working directory upward, goes before the user's file.

# For every command that has the flag:
#secret-file = ["default=/home/me/.config/terra-hook/secret"]
#tolerance = "5m"
#color = "auto"

# For one command:
#[listen]
#port = 4567
#forward-to = ["3000", "sleep,daily=3001"]
#body = "card"

#[replay]
#to = ["3000"]
#timeout = "10s"

# Only with --profile staging:
#[profile.staging]
#store = "/home/me/terra-staging.db"

#[profile.staging.listen]
#port = 4568
)";

}  // namespace terra_hook
