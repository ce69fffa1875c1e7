#include "CExtProcTestSupport.h"

#include <CExtProc.h>
#include <string.h>

static const ProtobufCMessageDescriptor *const descriptors[] = {
    &envoy__config__core__v3__header_map__descriptor,
    &envoy__config__core__v3__header_value__descriptor,
    &envoy__config__core__v3__header_value_option__descriptor,
    &envoy__config__core__v3__metadata__descriptor,
    &envoy__extensions__filters__http__ext_proc__v3__processing_mode__descriptor,
    &envoy__service__ext_proc__v3__body_mutation__descriptor,
    &envoy__service__ext_proc__v3__body_response__descriptor,
    &envoy__service__ext_proc__v3__common_response__descriptor,
    &envoy__service__ext_proc__v3__header_mutation__descriptor,
    &envoy__service__ext_proc__v3__headers_response__descriptor,
    &envoy__service__ext_proc__v3__http_body__descriptor,
    &envoy__service__ext_proc__v3__http_headers__descriptor,
    &envoy__service__ext_proc__v3__http_trailers__descriptor,
    &envoy__service__ext_proc__v3__immediate_response__descriptor,
    &envoy__service__ext_proc__v3__processing_request__descriptor,
    &envoy__service__ext_proc__v3__processing_response__descriptor,
    &envoy__service__ext_proc__v3__protocol_configuration__descriptor,
    &envoy__service__ext_proc__v3__streamed_body_response__descriptor,
    &envoy__service__ext_proc__v3__trailers_response__descriptor,
    &envoy__type__v3__http_status__descriptor,
    &google__protobuf__bool_value__descriptor,
    &google__protobuf__list_value__descriptor,
    &google__protobuf__struct__descriptor,
    &google__protobuf__value__descriptor,
    &grpc__health__v1__health_check_request__descriptor,
    &grpc__health__v1__health_check_response__descriptor,
};

static const ProtobufCMessageDescriptor *find(const char *name) {
    for (size_t index = 0; index < sizeof descriptors / sizeof *descriptors; index++) {
        if (strcmp(descriptors[index]->name, name) == 0) return descriptors[index];
    }
    return NULL;
}

static size_t count_unknown(const ProtobufCMessage *message) {
    if (!message) return 0;
    size_t count = message->n_unknown_fields;
    for (unsigned index = 0; index < message->descriptor->n_fields; index++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[index];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE) continue;
        const char *base = (const char *)message;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t values = *(const size_t *)(base + field->quantifier_offset);
            ProtobufCMessage *const *list = *(ProtobufCMessage *const *const *)(base + field->offset);
            for (size_t value = 0; value < values; value++) count += count_unknown(list[value]);
            continue;
        }
        int is_of_oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
        if (is_of_oneof && *(const uint32_t *)(base + field->quantifier_offset) != field->id) {
            continue;
        }
        count += count_unknown(*(ProtobufCMessage *const *)(base + field->offset));
    }
    return count;
}

ptrdiff_t ctest_repack(const char *message_name, const uint8_t *bytes, size_t count, uint8_t *out,
                       size_t capacity, size_t *unknown_field_count) {
    const ProtobufCMessageDescriptor *descriptor = find(message_name);
    if (!descriptor) return CTEST_UNKNOWN_MESSAGE;
    ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, NULL, count, bytes);
    if (!message) return CTEST_MALFORMED;
    *unknown_field_count = count_unknown(message);
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size <= capacity) protobuf_c_message_pack(message, out);
    protobuf_c_message_free_unpacked(message, NULL);
    return size <= capacity ? (ptrdiff_t)size : CTEST_TOO_LARGE;
}
