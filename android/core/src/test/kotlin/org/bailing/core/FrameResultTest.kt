package org.bailing.core

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertSame
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

class FrameResultTest {
    @Test
    fun `reads what Rust writes`() {
        val result = FrameResult()
        result.bytes.putInt(0, 12).putInt(4, 5).putInt(8, 1 or 4)
        repeat(8) { result.bytes.putFloat(12 + 4 * it, it / 10f) }
        result.bytes.putFloat(44, 0.75f)
        assertEquals(Place.Right, (result.guidance as Guidance.Glare).place)
        assertTrue(result.capturesNow && result.hasPage)
        assertFalse(result.isAnalysed)
        assertEquals(listOf(0f, 0.2f, 0.4f, 0.6f), (0..3).map(result::cornerX))
        assertEquals(listOf(0.1f, 0.3f, 0.5f, 0.7f), (0..3).map(result::cornerY))
        assertEquals(0.75f, result.steadiness)
        assertThrows(IndexOutOfBoundsException::class.java) { result.cornerX(4) }
    }

    @Test
    fun `hints are made once, and those unknown are harmless`() {
        assertSame(Guidance.of(1, 2), Guidance.of(1, 2))
        assertEquals(Side.Bottom, (Guidance.of(1, 2) as Guidance.CutOff).side)
        assertSame(Guidance.Ready, Guidance.of(17, 0))
        assertSame(Guidance.NoDocument, Guidance.of(18, 0))
        assertSame(Guidance.NoDocument, Guidance.of(-1, 0))
        assertEquals(Side.Top, (Guidance.of(1, 9) as Guidance.CutOff).side)
        assertEquals(18, Guidance.ALL.distinctBy { it.code }.size)
    }
}
