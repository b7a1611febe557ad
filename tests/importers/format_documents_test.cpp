// docs/formats says what the reader knows, and nothing else: the tables of keys in the Markdown
// documents and the JSON Schemas are compared with the reader's own format tables, word for word.
// After a change of the format, write them anew with
//   GRIDPACT_WRITE_DOCUMENTS=1 build/tests/importers/importers_test
//   --gtest_filter='FormatDocuments*'

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "importers/minimal_case.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gridpact/base/time_grid.hpp"
#include "gridpact/importers/case_format.hpp"

namespace gridpact::importers {
namespace {

using Json = nlohmann::ordered_json;

const std::filesystem::path formats = GRIDPACT_SOURCE_DIR "/docs/formats";

bool writes_documents() { return std::getenv("GRIDPACT_WRITE_DOCUMENTS") != nullptr; }

/// `spec` and every table inside it, each once.
void collect_tables(const TableSpec& spec, std::vector<const TableSpec*>& tables) {
  if (std::find(tables.begin(), tables.end(), &spec) != tables.end()) {
    return;
  }
  tables.push_back(&spec);
  for (const auto& key : spec.keys) {
    if (key.fields != nullptr) {
      collect_tables(*key.fields, tables);
    }
  }
}

std::vector<const TableSpec*> all_tables(const TableSpec& root) {
  std::vector<const TableSpec*> tables;
  collect_tables(root, tables);
  return tables;
}

// --- Markdown
// ---------------------------------------------------------------------------------------

std::string type_in_words(const KeySpec& key) {
  switch (key.type) {
    case KeyType::text:
      return "text";
    case KeyType::word:
      return describe_words(key.words);
    case KeyType::number:
      return "number";
    case KeyType::integer:
      return "whole number";
    case KeyType::yes_or_no:
      return "true or false";
    case KeyType::instant:
      return "time with offset";
    case KeyType::duration:
      return "ISO 8601 duration";
    case KeyType::time_zone:
      return "time zone";
    case KeyType::file:
      return "file";
    case KeyType::names:
      return "list of texts" + (key.words.empty() ? "" : ", or " + describe_words(key.words));
    case KeyType::table:
    case KeyType::table_list:
      return fmt::format("`{}`", key.fields->label);
  }
  return "?";
}

std::string key_rows(const TableSpec& spec) {
  std::string text =
      "| key | type | unit | range | default | meaning |\n|---|---|---|---|---|---|\n";
  for (const auto& key : spec.keys) {
    const bool is_number = key.type == KeyType::number || key.type == KeyType::integer;
    const auto fallback = !key.fallback.empty()   ? std::string(key.fallback)
                          : key.is_required()     ? "**required**"
                          : key.fields != nullptr ? "optional"
                                                  : "none";
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", key.name, type_in_words(key),
                        key.unit, is_number ? key.range.text() : "", fallback, key.meaning);
  }
  return text;
}

std::string begin_mark(const TableSpec& spec) {
  return fmt::format("<!-- keys: {} -->\n", spec.label);
}
constexpr std::string_view end_mark = "<!-- end of keys -->\n";

/// The document with the table of keys after each mark replaced; faults of the document are test
/// failures.
std::string with_tables(std::string document, const TableSpec& root) {
  for (const auto* spec : all_tables(root)) {
    const auto mark = begin_mark(*spec);
    const auto begin = document.find(mark);
    const auto end = document.find(end_mark, begin == std::string::npos ? 0 : begin);
    EXPECT_NE(begin, std::string::npos) << "the document lacks " << mark;
    if (begin != std::string::npos && end != std::string::npos) {
      const auto first = begin + mark.size();
      document.replace(first, end - first, fmt::format("{}\n\n{}", spec->meaning, key_rows(*spec)));
    }
  }
  return document;
}

void check_document(const std::filesystem::path& file, const std::string& expected) {
  if (writes_documents()) {
    std::ofstream(file, std::ios::binary) << expected;
  }
  EXPECT_EQ(read_text(file), expected) << "see the top of format_documents_test.cpp";
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

TEST(FormatDocuments, CaseDocumentHasExactlyTheReadersKeys) {
  const auto file = formats / "case.md";
  const auto document = read_text(file);
  check_document(file, with_tables(document, case_format()));
  EXPECT_EQ(count(document, "<!-- keys: "), all_tables(case_format()).size());
}

TEST(FormatDocuments, FeederDocumentHasExactlyTheReadersKeys) {
  const auto file = formats / "feeder.md";
  const auto document = read_text(file);
  check_document(file, with_tables(document, feeder_format()));
  EXPECT_EQ(count(document, "<!-- keys: "), all_tables(feeder_format()).size());
}

// --- JSON Schema
// ------------------------------------------------------------------------------------

Json number_schema(const KeySpec& key) {
  Json schema{{"type", key.type == KeyType::integer ? "integer" : "number"}};
  if (std::isfinite(key.range.low)) {
    schema[key.range.low_itself ? "minimum" : "exclusiveMinimum"] = key.range.low;
  }
  if (std::isfinite(key.range.high)) {
    schema[key.range.high_itself ? "maximum" : "exclusiveMaximum"] = key.range.high;
  }
  return schema;
}

Json table_schema(const TableSpec& spec);

Json type_schema(const KeySpec& key) {
  Json text{{"type", "string"}, {"minLength", 1}};
  switch (key.type) {
    case KeyType::number:
    case KeyType::integer:
      return number_schema(key);
    case KeyType::word:
      return {{"enum", key.words}};
    case KeyType::yes_or_no:
      return {{"type", "boolean"}};
    case KeyType::instant:
      return {{"type", "string"}, {"format", "date-time"}};
    case KeyType::duration:
      return {{"type", "string"}, {"format", "duration"}};
    case KeyType::names:
      return {{"anyOf", {{{"type", "array"}, {"items", text}}, {{"enum", key.words}}}}};
    case KeyType::table:
      return table_schema(*key.fields);
    case KeyType::table_list:
      return {{"type", "array"}, {"items", table_schema(*key.fields)}};
    case KeyType::text:
    case KeyType::time_zone:
    case KeyType::file:
      return text;
  }
  return text;
}

Json table_schema(const TableSpec& spec) {
  Json schema{{"type", "object"}, {"description", spec.meaning}, {"additionalProperties", false}};
  schema["required"] = Json::array();
  for (const auto& key : spec.keys) {
    Json field{{"description", key.unit.empty() ? std::string(key.meaning)
                                                : fmt::format("{} ({})", key.meaning, key.unit)}};
    field.update(type_schema(key));
    if (!key.fallback.empty()) {
      const bool is_text = key.type == KeyType::text || key.type == KeyType::word;
      field["default"] = is_text ? Json(key.fallback) : Json::parse(key.fallback);
    }
    schema["properties"][std::string(key.name)] = std::move(field);
    if (key.is_required()) {
      schema["required"].push_back(key.name);
    }
  }
  return schema;
}

std::string json_schema(const TableSpec& root, const std::string& title) {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(table_schema(root));
  return schema.dump(2) + "\n";
}

TEST(FormatDocuments, CaseSchemaIsTheReadersFormat) {
  check_document(formats / "case.schema.json", json_schema(case_format(), "gridpact-case/1"));
}

TEST(FormatDocuments, FeederSchemaIsTheReadersFormat) {
  check_document(formats / "feeder.schema.json", json_schema(feeder_format(), "gridpact-feeder/1"));
}

// --- The format tables themselves
// -------------------------------------------------------------------

TEST(Formats, FallbacksKeepTheirOwnRules) {
  for (const auto* root : {&case_format(), &feeder_format()}) {
    for (const auto* spec : all_tables(*root)) {
      std::set<std::string_view> names;
      for (const auto& key : spec->keys) {
        EXPECT_TRUE(names.insert(key.name).second) << spec->label << " " << key.name;
        EXPECT_FALSE(key.meaning.empty()) << spec->label << " " << key.name;
        const bool is_number = key.type == KeyType::number || key.type == KeyType::integer;
        if (is_number && !key.fallback.empty()) {
          EXPECT_TRUE(key.range.contains(std::stod(std::string(key.fallback)))) << key.name;
        }
        if (key.type == KeyType::word && !key.fallback.empty()) {
          EXPECT_NE(std::find(key.words.begin(), key.words.end(), key.fallback), key.words.end());
        }
      }
    }
  }
}

TEST(Formats, WordsAreThoseOfTheModel) {
  const TableSpec& risk = *case_format().key("risk").fields;
  for (const auto word : risk.key("scope").words) {
    EXPECT_TRUE(parse_risk_scope(word)) << word;
  }
  for (const auto word : risk.key("knowledge").words) {
    EXPECT_TRUE(parse_knowledge(word)) << word;
  }
  for (const auto word : risk.key("ambiguity").words) {
    EXPECT_TRUE(parse_ambiguity(word)) << word;
  }
  const TableSpec& plant = *case_format().key("renewable").fields;
  EXPECT_EQ(plant.key("kind").words[0], to_string(RenewableKind::pv));
  EXPECT_EQ(plant.key("kind").words[1], to_string(RenewableKind::wind));
}

}  // namespace
}  // namespace gridpact::importers
