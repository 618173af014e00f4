// The frame path for C and Swift. Everything else goes through the generated bindings.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum bailing_frame_status {
    BAILING_FRAME_DONE = 0,
    BAILING_FRAME_NO_SESSION = -1,
    BAILING_FRAME_UNUSABLE = -2,
    BAILING_FRAME_BUSY = -3,
    BAILING_FRAME_FAILED = -4,
};

enum bailing_frame_flags {
    BAILING_FRAME_CAPTURE = 1,
    BAILING_FRAME_ANALYSED = 2,
    BAILING_FRAME_QUAD = 4,
};

struct bailing_frame_result {
    // The hint's place in the bindings' Guidance, and that of its side or ninth where it has one.
    int32_t guidance;
    int32_t detail;
    // bailing_frame_flags.
    int32_t flags;
    // x and y of top left, top right, bottom right, bottom left, shares of the upright frame.
    float quad[8];
    // 0..1: how long it has held still of the time it has to.
    float steadiness;
    int32_t reserved[4];
};

// One frame, 8 bits, full range: luma, and Cb and Cr in turn at half the width and height, rounded up
// (kCVPixelFormatType_420YpCbCr8BiPlanarFullRange); chroma may be NULL. Lengths and strides are in bytes; the
// last row of a plane may lack its padding. rotation_degrees, a multiple of 90, turns the frame clockwise
// to be upright. The planes are read during the call only. Gives a bailing_frame_status; the result is
// written when that is BAILING_FRAME_DONE.
int32_t bailing_frame(int64_t session,
                      const uint8_t *luma, size_t luma_length, size_t luma_stride,
                      const uint8_t *chroma, size_t chroma_length, size_t chroma_stride,
                      uint32_t width, uint32_t height, int32_t rotation_degrees,
                      struct bailing_frame_result *result);

#ifdef __cplusplus
}
#endif
