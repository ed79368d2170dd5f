# What `cmake --install` puts in place: program, library with headers and package, scenarios.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

if(TARGET demarche)
    install(TARGETS demarche)
endif()
install(TARGETS demarche_library EXPORT DemarcheTargets
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/demarche
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/demarche) # for CMake before 3.23
install(DIRECTORY configs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/demarche/configs)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})

# find_package(Demarche) and Demarche::demarche. Before 1.0 a minor version may change the interface.
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Demarche)
set(package_files ${PROJECT_BINARY_DIR}/generated/package)
configure_package_config_file(cmake/DemarcheConfig.cmake.in ${package_files}/DemarcheConfig.cmake
    INSTALL_DESTINATION ${package_folder}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${package_files}/DemarcheConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(EXPORT DemarcheTargets NAMESPACE Demarche:: DESTINATION ${package_folder})
install(FILES ${package_files}/DemarcheConfig.cmake ${package_files}/DemarcheConfigVersion.cmake
    DESTINATION ${package_folder})
