# Finds cpp-httplib: upstream's CMake package where there is one, else pkg-config's, which is all that
# Debian ships. Debian's is a compiled library whose class layouts depend on the feature macros in its
# .pc file; linking it without them compiles, runs and is undefined behaviour. Hence always the target
# `httplib::httplib`, never the library by name.
#
# For a static binary that library will not do: httplib_ROOT has to name a header-only or static one.
find_package(httplib CONFIG QUIET)
if(NOT TARGET httplib::httplib AND NOT TERRA_HOOK_STATIC)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(CPP_HTTPLIB QUIET IMPORTED_TARGET cpp-httplib)
    if(TARGET PkgConfig::CPP_HTTPLIB)
      add_library(httplib::httplib INTERFACE IMPORTED)
      target_link_libraries(httplib::httplib INTERFACE PkgConfig::CPP_HTTPLIB)
      set(httplib_VERSION ${CPP_HTTPLIB_VERSION})
    endif()
  endif()
endif()

include(FindPackageHandleStandardArgs)
if(TARGET httplib::httplib)
  set(httplib_TARGET httplib::httplib)
endif()
find_package_handle_standard_args(httplib REQUIRED_VARS httplib_TARGET
                                  VERSION_VAR httplib_VERSION)
