// SPDX-License-Identifier: MIT
#include "terra/sample_source.hpp"

#include "terra/sample_event.hpp"

namespace terra_hook {

Person SampleSource::person_of(const PersonRef& person) const {
  return person.provider.empty() ? make_person(seed_, person.index)
                                 : make_person(seed_, person.index, person.provider);
}

Connection SampleSource::connection(const PersonRef& person) const {
  const Person made = person_of(person);
  Connection connection;
  connection.person = person;
  connection.user_id = made.user_id;
  connection.provider = made.provider;
  connection.scopes = made.scopes;
  connection.reference_id = made.reference_id;
  connection.created_at = "2022-03-16T09:00:00.000000+00:00";
  return connection;
}

bool SampleSource::has_type(const PersonRef& person, std::string_view type) const {
  const auto data_type = parse_data_type(type);
  // The provider's, not the person's: who tracks no cycle has no records, but may be asked.
  return !data_type || provider_has(*person_of(person).traits, *data_type);
}

std::vector<std::string> SampleSource::records(const PersonRef& person, std::string_view type,
                                               Day day, bool with_samples) const {
  SampleOptions options;
  options.with_samples = with_samples;
  return event_records(type, person_of(person), LocalDate(day.time_since_epoch()), options);
}

}  // namespace terra_hook
