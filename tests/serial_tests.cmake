# SPDX-License-Identifier: MIT
# Read by ctest: tests that take the whole machine, or hold the listener to a time, run alone.
foreach(test IN LISTS wire_tests_TESTS)
  if(test MATCHES "^(under each attack|faults - )|under load|nobody|idle connections|descriptors")
    set_tests_properties("${test}" PROPERTIES RUN_SERIAL TRUE)
  endif()
endforeach()
