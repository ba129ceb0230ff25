# How our own code is compiled: C++20, warnings, hardening, sanitizers.
add_library(terra_hook_settings INTERFACE)
target_compile_features(terra_hook_settings INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(terra_hook_hardening INTERFACE)

target_compile_options(terra_hook_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast)

if(TERRA_HOOK_SANITIZE)
  add_compile_options(-fsanitize=${TERRA_HOOK_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  # What UBSan would say about each place is 60 MB of pointers, to be relocated at every start.
  add_link_options(-fsanitize=${TERRA_HOOK_SANITIZE} -no-pie)
  if(TERRA_HOOK_SANITIZE MATCHES undefined)
    # It asks by way of a pipe whether an object's memory can be read, and so sees no object where
    # descriptors have run out.
    add_compile_options(-fno-sanitize=vptr)
  endif()
  if(TERRA_HOOK_SANITIZE MATCHES thread)
    add_compile_definitions(TERRA_HOOK_THREAD_SANITIZER)
  endif()
elseif(CMAKE_BUILD_TYPE MATCHES "Rel")
  # The program parses bytes from strangers.
  target_compile_options(terra_hook_hardening INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -D_GLIBCXX_ASSERTIONS)
  include(CheckPIESupported)
  check_pie_supported()
  add_link_options(-Wl,-z,relro,-z,now)
endif()

if(TERRA_HOOK_STATIC)
  # The libraries' functions that nothing calls stay out, and relocations are packed: 1.4 MB less.
  add_link_options(-static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,-z,pack-relative-relocs)
endif()

# GCC 12 sees overlapping copies in `"text" + std::string()` where there are none (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(terra_hook_settings INTERFACE -Wno-restrict)
endif()

if(TERRA_HOOK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
