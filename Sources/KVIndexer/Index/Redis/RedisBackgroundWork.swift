/// What the writer has begun beside the changes of the moment.
struct RedisBackgroundWork {
    var rewrite: RedisRewrite?
    var sweep: RedisSweep?
}
