#pragma once

namespace demarche {

/// Makes the process safe whatever it was started with. Standard streams that are closed lead
/// nowhere (otherwise an output file would get their number, and what is printed with it); a full
/// disk, a limit of file sizes and a pipe nobody reads are errors of writing, not deaths.
void prepare_process();

/// From here on SIGINT and SIGTERM do not end the process but are remembered: the program ends its
/// work in order, and with by_signal plus the signal.
void catch_interruptions();
/// Which signal interrupted, or 0.
int interruption();

/// Brings out what is still buffered for standard output; throws std::system_error.
void flush_output();

} // namespace demarche
