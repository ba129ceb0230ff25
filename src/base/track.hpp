// SPDX-License-Identifier: MIT
// Where somebody went: positions in the order of their coming, in bounded memory. Pure; not
// thread-safe.
#pragma once

#include <cstddef>
#include <vector>

namespace terra_hook {

class Track {
 public:
  struct Point {
    double latitude = 0;   ///< degrees
    double longitude = 0;  ///< degrees; beyond ±180 where the route crosses that meridian
  };

  /// A position that is not on Earth (or not a number) is left out. When there are too many, every
  /// second one is dropped, again and again; first and last stay.
  void add(double latitude, double longitude);

  /// In the order of their coming; at most some thousands.
  std::vector<Point> points() const;

  bool empty() const { return kept_.empty(); }

 private:
  std::vector<Point> kept_;
  Point last_;
  std::size_t stride_ = 1;  // of so many points, one is kept
  std::size_t skipped_ = 0;
};

}  // namespace terra_hook
