// SPDX-License-Identifier: MIT
// The texts of the full-screen view's pages about one delivery, read from the store when asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "capture/capture.hpp"
#include "render/listen_view.hpp"
#include "render/style.hpp"
#include "terra/redactor.hpp"

namespace terra_hook {

/// One thread at a time.
class DeliveryPages {
 public:
  /// `store` is empty when nothing is kept: a page says what the list still knows then. With a
  /// redactor personal values are masked. `store_flag` is a part of commands to type.
  DeliveryPages(std::filesystem::path store, std::string store_flag,
                std::optional<Redactor> redactor)
      : store_(std::move(store)),
        store_flag_(std::move(store_flag)),
        redactor_(std::move(redactor)) {}

  /// The text of a page about `delivery` (sanitized, painted), for lines of `style.width`; says so
  /// when it can't be had.
  std::string text(const PageContent& content, const ListedDelivery& delivery,
                   const Style& style) const;

  /// The capture as it was received.
  Result<Capture> load(std::int64_t number) const;
  /// The capture as it may be shown.
  Result<Capture> load_shown(std::int64_t number) const;

 private:
  Result<std::string> kept_text(const PageContent& content, const ListedDelivery& delivery,
                                const Style& style) const;
  Result<std::string> response_text(const ListedDelivery& delivery, const Style& style) const;
  Result<std::string> diff_text(std::int64_t number, const Style& style) const;
  Capture shown(Capture capture) const;

  std::filesystem::path store_;
  std::string store_flag_;
  std::optional<Redactor> redactor_;
};

}  // namespace terra_hook
