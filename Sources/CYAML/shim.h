// libyaml's events. An event is a union; these functions read it by kind.
#pragma once
#include <stdlib.h>
#include <yaml.h>

static inline const char *cyaml_scalar_bytes(const yaml_event_t *event) {
    return (const char *)event->data.scalar.value;
}
static inline size_t cyaml_scalar_count(const yaml_event_t *event) {
    return event->data.scalar.length;
}
// Whether the scalar stands without quotes: only then can it mean a number or nothing at all.
static inline int cyaml_scalar_is_plain(const yaml_event_t *event) {
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}
static inline size_t cyaml_event_line(const yaml_event_t *event) {
    return event->start_mark.line + 1;
}
// What is wrong and where, after a failed parse. The text lives as long as the parser.
static inline const char *cyaml_problem(const yaml_parser_t *parser) {
    return parser->problem ? parser->problem : "unknown error";
}
static inline size_t cyaml_problem_line(const yaml_parser_t *parser) {
    return parser->problem_mark.line + 1;
}
