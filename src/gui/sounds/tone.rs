//! Tones as numbers: a melody for each sound, told apart by direction and rhythm and not by pitch alone.

use std::f32::consts::TAU;

use super::Sound;
use crate::settings::Loudness;

/// Samples a second.
pub const RATE: u32 = 22_050;
/// Of a tone's beginning and end, so that it does not click.
const FADE_MILLIS: u32 = 8;
const HEADER: usize = 44;

/// A tone; silence where the pitch is zero.
struct Note {
    hertz: f32,
    millis: u32,
}

const fn note(hertz: f32, millis: u32) -> Note {
    Note { hertz, millis }
}

/// Up for yes, down for no, three alike to call somebody, one low buzz for a key that does nothing.
const APPROVED: [Note; 3] = [note(660.0, 90), note(880.0, 90), note(1_320.0, 170)];
const NOT_PAID: [Note; 2] = [note(440.0, 180), note(294.0, 320)];
const ATTENTION: [Note; 5] = [note(988.0, 130), note(0.0, 70), note(988.0, 130), note(0.0, 70), note(988.0, 130)];
const REFUSED: [Note; 1] = [note(180.0, 120)];

fn melody(sound: Sound) -> &'static [Note] {
    match sound {
        Sound::Approved => &APPROVED,
        Sound::NotPaid => &NOT_PAID,
        Sound::Attention => &ATTENTION,
        Sound::Refused => &REFUSED,
    }
}

/// Of the greatest there is.
fn level(loudness: Loudness) -> f32 {
    match loudness {
        Loudness::Off => 0.0,
        Loudness::Quiet => 0.15,
        Loudness::Normal => 0.6,
    }
}

fn count(millis: u32) -> usize {
    (RATE * millis / 1_000) as usize
}

/// The sound as samples of 16 bits, one channel.
fn samples(sound: Sound, loudness: Loudness) -> Vec<i16> {
    let level = level(loudness);
    melody(sound).iter().flat_map(|note| tone(note, level)).collect()
}

fn tone(note: &Note, level: f32) -> impl Iterator<Item = i16> {
    let (length, fade, hertz) = (count(note.millis), count(FADE_MILLIS), note.hertz);
    (0..length).map(move |place| {
        let edge = place.min(length - 1 - place) as f32 / fade as f32;
        let angle = TAU * hertz * place as f32 / RATE as f32;
        // The octave makes it heard on a till's small speaker.
        let wave = 0.75 * angle.sin() + 0.25 * (2.0 * angle).sin();
        (wave * level * edge.min(1.0) * f32::from(i16::MAX)) as i16
    })
}

/// The sound as a WAV file (RIFF, PCM).
pub fn wave(sound: Sound, loudness: Loudness) -> Vec<u8> {
    let samples = samples(sound, loudness);
    let size = (samples.len() * 2) as u32;
    let mut file = Vec::with_capacity(HEADER + samples.len() * 2);
    file.extend(b"RIFF");
    file.extend((size + HEADER as u32 - 8).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // PCM, one channel, bytes a second, bytes of a sample, bits of a sample.
    file.extend(1_u16.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 2).to_le_bytes());
    file.extend(2_u16.to_le_bytes());
    file.extend(16_u16.to_le_bytes());
    file.extend(b"data");
    file.extend(size.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loudest(samples: &[i16]) -> i32 {
        samples.iter().map(|sample| i32::from(*sample).abs()).max().unwrap()
    }

    #[test]
    fn no_sound_takes_longer_than_a_second() {
        for sound in Sound::ALL {
            let length = samples(sound, Loudness::Normal).len() as u32;
            assert!((RATE / 10..RATE).contains(&length), "{sound:?}: {length}");
        }
    }

    #[test]
    fn no_sound_clips_and_none_begins_or_ends_with_a_click() {
        for sound in Sound::ALL {
            let samples = samples(sound, Loudness::Normal);
            assert!((8_000..30_000).contains(&loudest(&samples)), "{sound:?}: {}", loudest(&samples));
            let steps = samples.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs());
            assert!(steps.max().unwrap() < 12_000, "{sound:?}");
            assert_eq!((samples.first(), samples.last()), (Some(&0), Some(&0)), "{sound:?}");
        }
    }

    #[test]
    fn quiet_is_quieter_and_off_is_silence() {
        for sound in Sound::ALL {
            let loudest = |loudness| loudest(&samples(sound, loudness));
            assert!(loudest(Loudness::Quiet) * 3 < loudest(Loudness::Normal), "{sound:?}");
            assert_eq!(loudest(Loudness::Off), 0);
        }
    }

    #[test]
    fn no_two_sounds_can_be_taken_for_each_other() {
        let zero_crossings = |samples: &[i16]| {
            let halves = [&samples[..samples.len() / 2], &samples[samples.len() / 2..]];
            halves.map(|half| half.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count())
        };
        let [yes, no] =
            [Sound::Approved, Sound::NotPaid].map(|sound| zero_crossings(&samples(sound, Loudness::Normal)));
        assert!(yes[1] > yes[0], "an approval goes up: {yes:?}");
        assert!(no[1] < no[0], "what is not paid goes down: {no:?}");
        for (place, one) in Sound::ALL.into_iter().enumerate() {
            for other in &Sound::ALL[place + 1..] {
                let lengths = [one, *other].map(|sound| samples(sound, Loudness::Normal).len());
                assert!(lengths[0].abs_diff(lengths[1]) > RATE as usize / 40, "{one:?} {other:?}: {lengths:?}");
            }
        }
    }

    #[test]
    fn the_file_says_what_is_in_it() {
        let file = wave(Sound::Approved, Loudness::Normal);
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        assert_eq!((&file[..4], &file[8..16], &file[36..40]), (&b"RIFF"[..], &b"WAVEfmt "[..], &b"data"[..]));
        assert_eq!(number(4) as usize, file.len() - 8);
        assert_eq!((number(24), number(28)), (RATE, RATE * 2));
        assert_eq!(number(40) as usize, file.len() - HEADER);
    }
}
