// gridpact feeder save

#include <fmt/format.h>

#include "gridpact/cli/study.hpp"
#include "gridpact/documents/feeder_document.hpp"
#include "gridpact/documents/files.hpp"
#include "gridpact/documents/json.hpp"

namespace gridpact::cli {

Exit run_feeder_save(const FeederSaveArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  if (const auto faults = refuse_folder(arguments.to, "OUT", "feeder.json"); !faults.empty()) {
    return explain(terminal, faults, Exit::bad_input);
  }
  Faults notes;
  const auto feeder = read_feeder_of(arguments.from, notes);
  if (!feeder) {
    return explain(terminal, feeder.faults(), Exit::bad_input);
  }
  terminal.show(notes);
  const auto faults = documents::write_file(arguments.to, documents::to_json(*feeder));
  if (!faults.empty()) {
    return explain(terminal, faults, Exit::our_fault);
  }
  if (terminal.json()) {
    documents::Json out;
    out.add("schema", "gridpact-feeder-save/1");
    out.add("feeder", feeder->name);
    out.add("file", arguments.to);
    terminal.print(documents::to_text(out));
  } else {
    terminal.print(fmt::format("{}: {} nodes, {} branches, {} loads\n", arguments.to,
                               feeder->nodes.size(), feeder->branches.size(),
                               feeder->loads.size()));
  }
  return Exit::success;
}

}  // namespace gridpact::cli
