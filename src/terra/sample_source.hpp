// SPDX-License-Identifier: MIT
// The emulator's records: those of the made-up people of one seed.
#pragma once

#include <cstdint>

#include "terra/record_source.hpp"
#include "terra/sample_person.hpp"

namespace terra_hook {

class SampleSource : public RecordSource {
 public:
  explicit SampleSource(std::uint64_t seed) : seed_(seed) {}

  Connection connection(const PersonRef& person) const override;
  bool has_type(const PersonRef& person, std::string_view type) const override;
  std::vector<std::string> records(const PersonRef& person, std::string_view type, Day day,
                                   bool with_samples) const override;

 private:
  Person person_of(const PersonRef& person) const;

  std::uint64_t seed_;
};

}  // namespace terra_hook
