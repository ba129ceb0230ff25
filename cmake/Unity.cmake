# With CMAKE_UNITY_BUILD, a folder is compiled as one file: most of the time goes into the libraries'
# headers, so the whole program takes a third of it. Two files of a folder must not use the same name
# for two things in their anonymous namespaces. What drags in Boost.Asio is one file too; cpp-httplib
# and ncurses stay alone, and so does what has compile options of its own.
function(unite_folders target)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    if(source MATCHES "src/http/server")
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP http_server)
    elseif(NOT source MATCHES "src/(http/client|commands/full_screen|terra/sample_[a-z]+)\\.cpp$")
      cmake_path(GET folder FILENAME folder)
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder})
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # It takes an included .cpp file's anonymous namespace for one of a header.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()
