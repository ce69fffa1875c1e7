#include "CSimdJSON.h"

#include <simdjson.h>

#include <new>

using simdjson::internal::tape_ref;
using simdjson::internal::tape_type;

struct csimdjson_document {
    simdjson::dom::parser parser;
};

namespace {

tape_ref tape_of(const void *tape, size_t index) {
    return tape_ref(static_cast<const simdjson::dom::document *>(tape), index);
}

tape_ref tape_of(csimdjson_value value) { return tape_of(value.tape, value.index); }

csimdjson_string string_of(tape_ref tape) {
    std::string_view text = tape.get_string_view();
    return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

// An array or object opens on the tape with its own index and closes before `after_element`.
csimdjson_cursor children_of(csimdjson_value value) {
    tape_ref tape = tape_of(value);
    return {value.tape, value.index + 1, tape.after_element() - 1};
}

}  // namespace

size_t csimdjson_padding(void) { return simdjson::SIMDJSON_PADDING; }

csimdjson_document *csimdjson_document_create(void) {
    return new (std::nothrow) csimdjson_document();
}

void csimdjson_document_destroy(csimdjson_document *document) { delete document; }

const char *csimdjson_parse(csimdjson_document *document, const uint8_t *bytes, size_t count,
                            size_t capacity, size_t depth_max, csimdjson_value *root) {
    simdjson::dom::parser &parser = document->parser;
    if (simdjson::error_code error = parser.allocate(count, depth_max)) {
        return simdjson::error_message(error);
    }
    bool padded = capacity - count >= simdjson::SIMDJSON_PADDING;
    simdjson::dom::element element;
    if (simdjson::error_code error = parser.parse(bytes, count, !padded).get(element)) {
        return simdjson::error_message(error);
    }
    // The root element follows the tape's opening word.
    *root = {&parser.doc, 1};
    return nullptr;
}

csimdjson_kind csimdjson_value_kind(csimdjson_value value) {
    switch (tape_of(value).tape_ref_type()) {
        case tape_type::START_OBJECT: return CSIMDJSON_OBJECT;
        case tape_type::START_ARRAY: return CSIMDJSON_ARRAY;
        case tape_type::STRING: return CSIMDJSON_STRING;
        case tape_type::INT64: return CSIMDJSON_INT64;
        case tape_type::UINT64: return CSIMDJSON_UINT64;
        case tape_type::DOUBLE: return CSIMDJSON_DOUBLE;
        case tape_type::TRUE_VALUE:
        case tape_type::FALSE_VALUE: return CSIMDJSON_BOOL;
        default: return CSIMDJSON_NULL;
    }
}

bool csimdjson_value_bool(csimdjson_value value) { return tape_of(value).is_true(); }

int64_t csimdjson_value_int64(csimdjson_value value) {
    return tape_of(value).next_tape_value<int64_t>();
}

uint64_t csimdjson_value_uint64(csimdjson_value value) {
    return tape_of(value).next_tape_value<uint64_t>();
}

double csimdjson_value_double(csimdjson_value value) {
    return tape_of(value).next_tape_value<double>();
}

csimdjson_string csimdjson_value_string(csimdjson_value value) { return string_of(tape_of(value)); }

csimdjson_cursor csimdjson_array_begin(csimdjson_value array) { return children_of(array); }

bool csimdjson_array_next(csimdjson_cursor *cursor, csimdjson_value *element) {
    if (cursor->index >= cursor->end) return false;
    *element = {cursor->tape, cursor->index};
    cursor->index = tape_of(cursor->tape, cursor->index).after_element();
    return true;
}

csimdjson_cursor csimdjson_object_begin(csimdjson_value object) { return children_of(object); }

bool csimdjson_object_next(csimdjson_cursor *cursor, csimdjson_string *key,
                           csimdjson_value *value) {
    if (cursor->index >= cursor->end) return false;
    *key = string_of(tape_of(cursor->tape, cursor->index));
    *value = {cursor->tape, cursor->index + 1};
    cursor->index = tape_of(cursor->tape, cursor->index + 1).after_element();
    return true;
}
