#ifndef WARMPATH_CYAML_SHIM_H
#define WARMPATH_CYAML_SHIM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef enum {
    CYAML_FAILED = 0,
    CYAML_END,
    CYAML_DOCUMENT,
    CYAML_SCALAR,
    CYAML_SEQUENCE_START,
    CYAML_SEQUENCE_END,
    CYAML_MAPPING_START,
    CYAML_MAPPING_END,
    CYAML_ALIAS,
} cyaml_kind;

// One event. `text` belongs to the parser and is good until the next event is read.
typedef struct {
    cyaml_kind kind;
    const uint8_t *text;
    size_t length;
    size_t line;     // counted from 1
    bool is_quoted;  // a scalar that is a string, whatever it looks like
    bool is_anchored;
    bool is_tagged;
} cyaml_event;

// libyaml's parser, the event that it read last, and a copy of the text that it reads from.
typedef struct {
    yaml_parser_t parser;
    yaml_event_t event;
    size_t length;
    uint8_t text[];
} cyaml_parser;

// Copies the text. NULL if there is no memory.
static inline cyaml_parser *cyaml_open(const uint8_t *text, size_t length) {
    cyaml_parser *self = (cyaml_parser *)malloc(sizeof *self + length);
    if (!self) return NULL;
    if (!yaml_parser_initialize(&self->parser)) {
        free(self);
        return NULL;
    }
    memset(&self->event, 0, sizeof self->event);
    self->length = length;
    if (length > 0) memcpy(self->text, text, length);
    yaml_parser_set_input_string(&self->parser, self->text, length);
    return self;
}

static inline void cyaml_close(cyaml_parser *self) {
    yaml_event_delete(&self->event);
    yaml_parser_delete(&self->parser);
    free(self);
}

// Reads one event. Skips those that say nothing of the content.
static inline cyaml_event cyaml_next(cyaml_parser *self) {
    cyaml_event found = {CYAML_FAILED, NULL, 0, 0, false, false, false};
    while (true) {
        yaml_event_delete(&self->event);
        if (!yaml_parser_parse(&self->parser, &self->event)) return found;
        const yaml_event_t *event = &self->event;
        found.line = event->start_mark.line + 1;
        switch (event->type) {
            case YAML_STREAM_END_EVENT: found.kind = CYAML_END; return found;
            case YAML_DOCUMENT_START_EVENT: found.kind = CYAML_DOCUMENT; return found;
            case YAML_SEQUENCE_END_EVENT: found.kind = CYAML_SEQUENCE_END; return found;
            case YAML_MAPPING_END_EVENT: found.kind = CYAML_MAPPING_END; return found;
            case YAML_ALIAS_EVENT: found.kind = CYAML_ALIAS; return found;
            case YAML_SCALAR_EVENT:
                found.kind = CYAML_SCALAR;
                found.text = event->data.scalar.value;
                found.length = event->data.scalar.length;
                found.is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
                found.is_anchored = event->data.scalar.anchor != NULL;
                found.is_tagged = event->data.scalar.tag != NULL;
                return found;
            case YAML_SEQUENCE_START_EVENT:
                found.kind = CYAML_SEQUENCE_START;
                found.is_anchored = event->data.sequence_start.anchor != NULL;
                found.is_tagged = event->data.sequence_start.tag != NULL;
                return found;
            case YAML_MAPPING_START_EVENT:
                found.kind = CYAML_MAPPING_START;
                found.is_anchored = event->data.mapping_start.anchor != NULL;
                found.is_tagged = event->data.mapping_start.tag != NULL;
                return found;
            // A stream that has ended or failed before yields no further events.
            case YAML_NO_EVENT: found.kind = CYAML_END; return found;
            default: break;
        }
    }
}

// What went wrong, after an event of kind `CYAML_FAILED`.
static inline const char *cyaml_problem(const cyaml_parser *self) {
    return self->parser.problem ? self->parser.problem : "out of memory";
}

static inline size_t cyaml_problem_line(const cyaml_parser *self) {
    if (self->parser.error != YAML_READER_ERROR) return self->parser.problem_mark.line + 1;
    // For bytes that are no text, libyaml only tells the offset.
    size_t line = 1;
    for (size_t i = 0; i < self->parser.problem_offset && i < self->length; i++) {
        if (self->text[i] == '\n') line++;
    }
    return line;
}

#endif
