# Every library comes from the system (apt, dnf, brew, vcpkg). What is missing is named at once, with
# the command that installs it on the system at hand.
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})

set(missing "")
macro(need target)
  if(NOT TARGET ${target})
    list(APPEND missing ${target})
  endif()
endmacro()

if(TERRA_HOOK_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES ${CMAKE_STATIC_LIBRARY_SUFFIX})
  set(OPENSSL_USE_STATIC_LIBS ON)
endif()

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 QUIET)
find_package(SQLite3 3.37 QUIET)
find_package(ZLIB QUIET)
find_package(fmt 9 QUIET)
find_package(nlohmann_json 3.11 QUIET)
find_package(CLI11 2.1 QUIET)
find_package(httplib 0.11 QUIET)
if(TARGET fmt::fmt)
  # Debian has no static library of fmt.
  add_library(terra_hook_fmt INTERFACE)
  target_link_libraries(terra_hook_fmt INTERFACE fmt::fmt$<$<BOOL:${TERRA_HOOK_STATIC}>:-header-only>)
endif()
find_package(PkgConfig QUIET)
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h)
if(TOMLPLUSPLUS_INCLUDE_DIR)
  # Header-only: one file of ours reads TOML, and a shared library costs at every start.
  add_library(terra_hook_toml INTERFACE)
  target_include_directories(terra_hook_toml SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIR})
  target_compile_definitions(terra_hook_toml INTERFACE TOML_HEADER_ONLY=1 TOML_EXCEPTIONS=0)
endif()
find_path(BOOST_BEAST_INCLUDE_DIR boost/beast.hpp)
if(BOOST_BEAST_INCLUDE_DIR)
  add_library(terra_hook_beast INTERFACE)
  target_include_directories(terra_hook_beast SYSTEM INTERFACE ${BOOST_BEAST_INCLUDE_DIR})
  # One context a thread and no deprecated interfaces; the header-only Boost.System suffices.
  target_compile_definitions(terra_hook_beast INTERFACE
    BOOST_ASIO_NO_DEPRECATED BOOST_ERROR_CODE_HEADER_ONLY)
endif()
find_path(NCURSES_INCLUDE_DIR ncurses.h PATH_SUFFIXES ncursesw)
find_library(NCURSES_LIBRARY NAMES libncursesw.a ncursesw ncurses)
find_library(TINFO_LIBRARY NAMES libtinfo.a tinfow tinfo)
if(NCURSES_INCLUDE_DIR AND NCURSES_LIBRARY)
  # Only `listen` at a terminal uses it, and a shared library costs at every start: the archive, where
  # there is one. Where terminfo is not a library of its own it is part of ncurses.
  add_library(terra_hook_ncurses INTERFACE)
  target_include_directories(terra_hook_ncurses SYSTEM INTERFACE ${NCURSES_INCLUDE_DIR})
  target_link_libraries(terra_hook_ncurses INTERFACE ${NCURSES_LIBRARY})
  if(TINFO_LIBRARY)
    target_link_libraries(terra_hook_ncurses INTERFACE ${TINFO_LIBRARY})
  endif()
endif()
if(PkgConfig_FOUND)
  set(brotli_modules libbrotlidec)
  if(TERRA_HOOK_STATIC)
    list(APPEND brotli_modules libbrotlicommon)
  endif()
  pkg_check_modules(BROTLIDEC QUIET IMPORTED_TARGET ${brotli_modules})
  pkg_check_modules(ZSTD QUIET IMPORTED_TARGET libzstd)
endif()

need(OpenSSL::SSL)
need(SQLite::SQLite3)
need(ZLIB::ZLIB)
need(terra_hook_fmt)
need(nlohmann_json::nlohmann_json)
need(CLI11::CLI11)
need(httplib::httplib)
need(terra_hook_toml)
need(terra_hook_beast)
need(terra_hook_ncurses)
need(PkgConfig::BROTLIDEC)
need(PkgConfig::ZSTD)
if(TERRA_HOOK_TESTS)
  find_package(doctest CONFIG QUIET)
  include(doctest OPTIONAL)  # doctest_discover_tests: Debian puts it beside the package, vcpkg too
  need(doctest::doctest)
endif()

if(missing)
  list(JOIN missing ", " missing)
  message(FATAL_ERROR
    "not found: ${missing}\n"
    "Debian, Ubuntu: sudo apt-get install $(cat scripts/packages-debian.txt)\n"
    "elsewhere: install CLI11, cpp-httplib, Boost (headers), OpenSSL 3, nlohmann-json, fmt, SQLite 3, "
    "zlib, brotli, zstd, tomlplusplus, ncurses, doctest and pkg-config, or use vcpkg (vcpkg.json)")
endif()
