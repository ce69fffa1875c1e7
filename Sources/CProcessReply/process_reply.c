#include "CProcessReply.h"

#include <CExtProc.h>
#include <string.h>

typedef Envoy__Config__Core__V3__HeaderValue header_value;
typedef Envoy__Config__Core__V3__HeaderValueOption header_option;
typedef Envoy__Service__ExtProc__V3__HeaderMutation header_mutation;
typedef Envoy__Service__ExtProc__V3__ProcessingResponse processing_response;

#define DESTINATION "x-gateway-destination-endpoint"

// Headers to change: the options, what they point to, and the lists of pointers that protobuf-c
// wants.
typedef struct {
    header_mutation mutation;
    header_value values[CPROCESS_HEADERS_MAX];
    header_option options[CPROCESS_HEADERS_MAX];
    header_option *set[CPROCESS_HEADERS_MAX];
    char *removed[CPROCESS_HEADERS_MAX];
    Google__Protobuf__BoolValue yes;
    const char *destination;  // NULL if it is not set
} header_changes;

static void add_header(header_changes *headers, int change, const char *name, const char *value) {
    if (headers->mutation.n_set_headers == CPROCESS_HEADERS_MAX) return;
    size_t index = headers->mutation.n_set_headers++;
    envoy__config__core__v3__header_value__init(&headers->values[index]);
    headers->values[index].key = (char *)name;
    headers->values[index].raw_value.data = (uint8_t *)value;
    headers->values[index].raw_value.len = strlen(value);
    header_option *option = &headers->options[index];
    envoy__config__core__v3__header_value_option__init(option);
    option->header = &headers->values[index];
    if (change == CPROCESS_APPEND) {
        option->append = &headers->yes;
        option->append_action =
            ENVOY__CONFIG__CORE__V3__HEADER_VALUE_OPTION__HEADER_APPEND_ACTION__APPEND_IF_EXISTS_OR_ADD;
    } else {
        option->append_action =
            ENVOY__CONFIG__CORE__V3__HEADER_VALUE_OPTION__HEADER_APPEND_ACTION__OVERWRITE_IF_EXISTS_OR_ADD;
    }
    headers->set[index] = option;
    if (change == CPROCESS_SET && strcmp(name, DESTINATION) == 0) headers->destination = value;
}

static void remove_header(header_changes *headers, const char *name) {
    if (headers->mutation.n_remove_headers == CPROCESS_HEADERS_MAX) return;
    headers->removed[headers->mutation.n_remove_headers++] = (char *)name;
}

// The text at `*cursor`, which is moved past it. NULL if it does not end before `end`.
static const char *next_text(const uint8_t **cursor, const uint8_t *end) {
    const uint8_t *text = *cursor;
    const uint8_t *nul = memchr(text, 0, (size_t)(end - text));
    if (!nul) return NULL;
    *cursor = nul + 1;
    return (const char *)text;
}

static void read_changes(header_changes *headers, const uint8_t *changes, size_t count) {
    envoy__service__ext_proc__v3__header_mutation__init(&headers->mutation);
    headers->mutation.set_headers = headers->set;
    headers->mutation.remove_headers = headers->removed;
    google__protobuf__bool_value__init(&headers->yes);
    headers->yes.value = 1;
    headers->destination = NULL;
    const uint8_t *cursor = changes, *end = changes + count;
    while (cursor < end) {
        int change = *cursor++;
        const char *name = next_text(&cursor, end);
        if (!name) return;
        if (change == CPROCESS_REMOVE) {
            remove_header(headers, name);
            continue;
        }
        const char *value = next_text(&cursor, end);
        if (!value) return;
        add_header(headers, change, name, value);
    }
}

static size_t pack(const processing_response *response, uint8_t *buffer, size_t capacity) {
    size_t size = envoy__service__ext_proc__v3__processing_response__get_packed_size(response);
    if (size <= capacity) envoy__service__ext_proc__v3__processing_response__pack(response, buffer);
    return size;
}

// {"envoy.lb": {DESTINATION: destination}}, on top of `response`.
static size_t pack_with_metadata(processing_response *response, const char *destination,
                                 uint8_t *buffer, size_t capacity) {
    if (!destination) return pack(response, buffer, capacity);
    Google__Protobuf__Value value = GOOGLE__PROTOBUF__VALUE__INIT;
    value.kind_case = GOOGLE__PROTOBUF__VALUE__KIND_STRING_VALUE;
    value.string_value = (char *)destination;
    Google__Protobuf__Struct__FieldsEntry entry = GOOGLE__PROTOBUF__STRUCT__FIELDS_ENTRY__INIT;
    entry.key = DESTINATION;
    entry.value = &value;
    Google__Protobuf__Struct__FieldsEntry *entries[] = {&entry};
    Google__Protobuf__Struct namespace = GOOGLE__PROTOBUF__STRUCT__INIT;
    namespace.n_fields = 1;
    namespace.fields = entries;

    Google__Protobuf__Value outer_value = GOOGLE__PROTOBUF__VALUE__INIT;
    outer_value.kind_case = GOOGLE__PROTOBUF__VALUE__KIND_STRUCT_VALUE;
    outer_value.struct_value = &namespace;
    Google__Protobuf__Struct__FieldsEntry outer_entry = GOOGLE__PROTOBUF__STRUCT__FIELDS_ENTRY__INIT;
    outer_entry.key = "envoy.lb";
    outer_entry.value = &outer_value;
    Google__Protobuf__Struct__FieldsEntry *outer_entries[] = {&outer_entry};
    Google__Protobuf__Struct metadata = GOOGLE__PROTOBUF__STRUCT__INIT;
    metadata.n_fields = 1;
    metadata.fields = outer_entries;

    response->dynamic_metadata = &metadata;
    return pack(response, buffer, capacity);
}

size_t cprocess_pack(cprocess_kind kind, cprocess_mutation mutation, uint8_t *buffer,
                     size_t capacity) {
    header_changes headers;
    read_changes(&headers, mutation.changes, mutation.changes_count);

    Envoy__Service__ExtProc__V3__CommonResponse common =
        ENVOY__SERVICE__EXT_PROC__V3__COMMON_RESPONSE__INIT;
    if (mutation.changes_count > 0) {
        common.header_mutation = &headers.mutation;
        // A request's route may depend on its destination.
        common.clear_route_cache = headers.destination != NULL;
    }
    Envoy__Service__ExtProc__V3__BodyMutation body_mutation =
        ENVOY__SERVICE__EXT_PROC__V3__BODY_MUTATION__INIT;
    if (mutation.body) {
        body_mutation.mutation_case = ENVOY__SERVICE__EXT_PROC__V3__BODY_MUTATION__MUTATION_BODY;
        body_mutation.body.data = (uint8_t *)mutation.body;
        body_mutation.body.len = mutation.body_count;
        common.body_mutation = &body_mutation;
    }
    Envoy__Service__ExtProc__V3__HeadersResponse headers_response =
        ENVOY__SERVICE__EXT_PROC__V3__HEADERS_RESPONSE__INIT;
    Envoy__Service__ExtProc__V3__BodyResponse body_response =
        ENVOY__SERVICE__EXT_PROC__V3__BODY_RESPONSE__INIT;
    Envoy__Service__ExtProc__V3__TrailersResponse trailers_response =
        ENVOY__SERVICE__EXT_PROC__V3__TRAILERS_RESPONSE__INIT;
    headers_response.response = body_response.response = &common;

    processing_response response = ENVOY__SERVICE__EXT_PROC__V3__PROCESSING_RESPONSE__INIT;
    response.response_case = (Envoy__Service__ExtProc__V3__ProcessingResponse__ResponseCase)kind;
    switch (kind) {
        case CPROCESS_REQUEST_HEADERS:
        case CPROCESS_RESPONSE_HEADERS: response.request_headers = &headers_response; break;
        case CPROCESS_REQUEST_BODY:
        case CPROCESS_RESPONSE_BODY: response.request_body = &body_response; break;
        case CPROCESS_REQUEST_TRAILERS:
        case CPROCESS_RESPONSE_TRAILERS: response.request_trailers = &trailers_response; break;
    }
    return pack_with_metadata(&response, headers.destination, buffer, capacity);
}

size_t cprocess_pack_immediate(int status, cprocess_mutation mutation, uint8_t *buffer,
                               size_t capacity) {
    header_changes headers;
    read_changes(&headers, mutation.changes, mutation.changes_count);
    Envoy__Type__V3__HttpStatus http_status = ENVOY__TYPE__V3__HTTP_STATUS__INIT;
    http_status.code = (Envoy__Type__V3__StatusCode)status;
    Envoy__Service__ExtProc__V3__ImmediateResponse immediate =
        ENVOY__SERVICE__EXT_PROC__V3__IMMEDIATE_RESPONSE__INIT;
    immediate.status = &http_status;
    immediate.headers = &headers.mutation;
    immediate.body.data = (uint8_t *)mutation.body;
    immediate.body.len = mutation.body_count;
    processing_response response = ENVOY__SERVICE__EXT_PROC__V3__PROCESSING_RESPONSE__INIT;
    response.response_case =
        ENVOY__SERVICE__EXT_PROC__V3__PROCESSING_RESPONSE__RESPONSE_IMMEDIATE_RESPONSE;
    response.immediate_response = &immediate;
    return pack(&response, buffer, capacity);
}

size_t cprocess_pack_health(int status, uint8_t *buffer, size_t capacity) {
    Grpc__Health__V1__HealthCheckResponse response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    response.status = (Grpc__Health__V1__HealthCheckResponse__ServingStatus)status;
    size_t size = grpc__health__v1__health_check_response__get_packed_size(&response);
    if (size <= capacity) grpc__health__v1__health_check_response__pack(&response, buffer);
    return size;
}
