# The page of `demarche report`: the modules of report/ and what they import from npm (pinned by
# report/package-lock.json), bundled into one file that is embedded in the program.
find_program(NODE NAMES node nodejs)
find_program(NPM npm)
if(NOT NODE OR NOT NPM)
    message(FATAL_ERROR "node and npm are needed to build the page of `demarche report`; "
        "script/setup installs them (Debian's packages nodejs and npm, version 18 or newer)")
endif()

# npm_ci(STAMP FOLDER): installs what FOLDER/package-lock.json pins, beneath the build folder, so
# that sources stay clean and presets apart.
function(demarche_npm_ci stamp folder)
    cmake_path(GET stamp PARENT_PATH where)
    add_custom_command(
        OUTPUT ${stamp}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${where}
        COMMAND ${CMAKE_COMMAND} -E copy ${folder}/package.json ${folder}/package-lock.json
                ${folder}/.npmrc ${where}
        COMMAND ${CMAKE_COMMAND} -E chdir ${where} ${NPM} ci --ignore-scripts --no-audit --no-fund
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS ${folder}/package.json ${folder}/package-lock.json ${folder}/.npmrc
        COMMENT "Fetching what ${folder}/package-lock.json pins"
        VERBATIM)
endfunction()

set(report_npm ${PROJECT_BINARY_DIR}/npm/report)
demarche_npm_ci(${report_npm}/installed ${PROJECT_SOURCE_DIR}/report)
set(report_html ${PROJECT_BINARY_DIR}/generated/report.html)
file(GLOB_RECURSE report_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/report/src/*)
add_custom_command(
    OUTPUT ${report_html}
    COMMAND ${NODE} ${PROJECT_SOURCE_DIR}/report/bundle.mjs ${report_npm} ${report_html}
    DEPENDS ${report_npm}/installed ${PROJECT_SOURCE_DIR}/report/bundle.mjs ${report_sources}
    COMMENT "Bundling the page of reports"
    VERBATIM)
