/// How requests of gateways are taken and answered.
package struct ExtProcConfig: Equatable, Sendable {
    /// Larger request bodies are answered with 413. A body is held until its last byte is here, so
    /// as much memory may be needed for each request that is still arriving.
    package var bodyBytesMax = 16 << 20
    /// Whether a prefill endpoint is also named in `x-prefiller-url`, the one header that sidecars
    /// of llm-d's first releases read. Newer ones do not look at it: turning it off only makes
    /// requests shorter.
    package var sendsPrefillerURL = true

    package init() {}
}
