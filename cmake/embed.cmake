# Writes OUTPUT, a C++ file that defines demarche::NAME with the bytes of INPUT.
# Every byte is an escape, so neither quotes nor the size of the text can matter.
file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
string(REPEAT "...." 24 line)
string(REGEX REPLACE "(${line})" "\\1\"\n    \"" bytes "${bytes}")
file(WRITE "${OUTPUT}" "#include \"sim/io/embedded.h\"

namespace demarche {
static constexpr char ${NAME}_bytes[] =
    \"${bytes}\";
const std::string_view ${NAME}{${NAME}_bytes, sizeof ${NAME}_bytes - 1};
} // namespace demarche
")
