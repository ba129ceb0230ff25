// SPDX-License-Identifier: MIT
#include "base/track.hpp"

#include <cmath>

namespace terra_hook {

namespace {

constexpr std::size_t k_max_points = 8192;
constexpr double k_full_turn = 360;

}  // namespace

void Track::add(double latitude, double longitude) {
  if (!(std::abs(latitude) <= 90) || !(std::abs(longitude) <= k_full_turn)) {
    return;
  }
  if (kept_.empty()) {
    last_ = {latitude, longitude};
    kept_.push_back(last_);
    return;
  }
  // The nearer way round, so that a step over the 180th meridian stays one step.
  const double step = std::remainder(longitude - last_.longitude, k_full_turn);
  last_ = {latitude, last_.longitude + step};
  if (++skipped_ < stride_) {
    return;
  }
  skipped_ = 0;
  kept_.push_back(last_);
  if (kept_.size() < k_max_points) {
    return;
  }
  for (std::size_t i = 1; 2 * i < kept_.size(); ++i) {
    kept_[i] = kept_[2 * i];
  }
  kept_.resize((kept_.size() + 1) / 2);
  skipped_ = stride_;  // the point that was added last was at an odd place
  stride_ *= 2;
}

std::vector<Track::Point> Track::points() const {
  std::vector<Point> points = kept_;
  if (skipped_ != 0) {
    points.push_back(last_);
  }
  return points;
}

}  // namespace terra_hook
