//! Sounds are played by a program that the system has, on a thread that nobody waits for. A till without one is silent.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::{Sound, wave};
use crate::settings::Loudness;

/// Sounds that wait while one plays; what comes besides is not heard.
const WAITING_AT_MOST: usize = 1;
/// No sound lasts a second; a program that takes so long hangs.
const PLAYED_WITHIN: Duration = Duration::from_secs(4);
/// How often a playing program is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Where a program finds the file whose name it cannot be given safely.
const FILE: &str = "CHECKSTAND_SOUND";

/// A program that plays a WAV file. It is given its arguments, then the file.
#[derive(Debug, Clone)]
pub struct Program {
    pub command: PathBuf,
    pub arguments: Vec<String>,
    /// The file is in the environment only.
    pub reads_environment: bool,
}

impl Program {
    pub fn new(command: impl Into<PathBuf>) -> Program {
        Program { command: command.into(), arguments: Vec::new(), reads_environment: false }
    }

    /// Those that this system may have, the best first.
    fn of_system(system: &str) -> Vec<Program> {
        match system {
            "macos" => vec![Program::new("afplay")],
            "windows" => {
                let script = format!("(New-Object Media.SoundPlayer $env:{FILE}).PlaySync()");
                let arguments = ["-NoProfile", "-NonInteractive", "-Command", &script].map(str::to_owned).to_vec();
                vec![Program { arguments, reads_environment: true, ..Program::new("powershell") }]
            }
            _ => {
                let aplay = Program { arguments: vec!["-q".to_owned()], ..Program::new("aplay") };
                vec![Program::new("pw-play"), Program::new("paplay"), aplay]
            }
        }
    }

    fn start(&self, file: &Path) -> io::Result<Child> {
        let mut command = Command::new(&self.command);
        command.args(&self.arguments).env(FILE, file);
        if !self.reads_environment {
            command.arg(file);
        }
        without_console(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    }
}

#[cfg(windows)]
fn without_console(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    /// `CREATE_NO_WINDOW`.
    const NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(NO_WINDOW);
}

#[cfg(not(windows))]
fn without_console(_command: &mut Command) {}

/// Where sounds are handed in. Its thread ends with it.
pub struct Player {
    sounds: Option<SyncSender<(Sound, Loudness)>>,
}

impl Player {
    /// With the system's own programs; `folder` holds the files.
    pub fn of_system(folder: PathBuf) -> Player {
        Player::new(folder, Program::of_system(std::env::consts::OS), PLAYED_WITHIN)
    }

    /// With these programs, tried in their order until one works. None may take longer than `within`.
    pub fn new(folder: PathBuf, programs: Vec<Program>, within: Duration) -> Player {
        let (sounds, wanted) = sync_channel(WAITING_AT_MOST);
        let turntable = Turntable { folder, programs, within, written: BTreeSet::new() };
        let thread = thread::Builder::new().name("sounds".to_owned()).spawn(move || turntable.play_all(&wanted));
        if let Err(error) = &thread {
            tracing::warn!(%error, "there is no thread for sounds");
        }
        Player { sounds: thread.is_ok().then_some(sounds) }
    }

    /// Returns at once, whatever becomes of it.
    pub fn play(&self, sound: Sound, loudness: Loudness) {
        if let Some(sounds) = self.sounds.as_ref().filter(|_| loudness != Loudness::Off) {
            // While one plays and one waits, or where there is nothing to play with: silence.
            let _ = sounds.try_send((sound, loudness));
        }
    }
}

/// The thread's own.
struct Turntable {
    folder: PathBuf,
    /// Those that may still work.
    programs: Vec<Program>,
    within: Duration,
    written: BTreeSet<PathBuf>,
}

impl Turntable {
    fn play_all(mut self, wanted: &Receiver<(Sound, Loudness)>) {
        while let Ok((sound, loudness)) = wanted.recv() {
            if let Err(error) = self.play(sound, loudness) {
                // Said once: the thread ends here, and with it every try.
                tracing::warn!(%error, "outcomes cannot be heard");
                return;
            }
        }
    }

    fn play(&mut self, sound: Sound, loudness: Loudness) -> io::Result<()> {
        let file = self.file(sound, loudness)?;
        loop {
            let program = self.programs.first().ok_or_else(|| io::Error::other("no program plays sounds here"))?;
            if let Ok(child) = program.start(&file)
                && succeeds(child, self.within)
            {
                return Ok(());
            }
            self.programs.remove(0);
        }
    }

    /// The sound's file, written once by each running program.
    fn file(&mut self, sound: Sound, loudness: Loudness) -> io::Result<PathBuf> {
        let name = if loudness == Loudness::Quiet { "quiet" } else { "normal" };
        let file = self.folder.join(format!("{}-{name}.wav", sound.word()));
        if !self.written.contains(&file) {
            std::fs::create_dir_all(&self.folder)?;
            std::fs::write(&file, wave(sound, loudness))?;
            self.written.insert(file.clone());
        }
        Ok(file)
    }
}

/// Whether it played to its end; what hangs is killed.
fn succeeds(mut child: Child, within: Duration) -> bool {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if started.elapsed() < within => thread::sleep(LOOK),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;

    use super::*;

    /// A program that does this with its file. Read by a shell: a file just written may not be started itself while
    /// another test starts something.
    fn program(folder: &Path, name: &str, script: &str) -> Program {
        let file = folder.join(name);
        fs::write(&file, script).unwrap();
        Program { arguments: vec![file.display().to_string()], ..Program::new("/bin/sh") }
    }

    /// Writes down the name of what it is given.
    fn scribe(folder: &Path) -> Program {
        program(folder, "scribe", &format!("basename \"$1\" >> {}/played", folder.display()))
    }

    fn turntable(folder: &Path, programs: Vec<Program>) -> Turntable {
        let within = Duration::from_secs(20);
        Turntable { folder: folder.join("sounds"), programs, within, written: BTreeSet::new() }
    }

    fn played(folder: &Path) -> String {
        fs::read_to_string(folder.join("played")).unwrap_or_default()
    }

    #[test]
    fn the_first_program_that_works_plays_the_sounds_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let missing = Program::new(here.join("missing"));
        let broken = program(here, "broken", "exit 1");
        let mut turntable = turntable(here, vec![missing, broken, scribe(here)]);
        for sound in Sound::ALL {
            turntable.play(sound, Loudness::Normal).unwrap();
        }
        turntable.play(Sound::Approved, Loudness::Quiet).unwrap();
        let names =
            "refused-normal.wav\napproved-normal.wav\nnot-paid-normal.wav\nattention-normal.wav\napproved-quiet.wav\n";
        assert_eq!(played(here), names);
        assert_eq!(turntable.programs.len(), 1);
        let kept = fs::read(here.join("sounds/approved-quiet.wav")).unwrap();
        assert_eq!(kept, wave(Sound::Approved, Loudness::Quiet));
    }

    #[test]
    fn a_program_that_hangs_is_killed_and_not_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let hanging = program(here, "hanging", "exec sleep 600");
        let mut turntable = turntable(here, vec![hanging]);
        turntable.within = Duration::from_millis(60);
        assert!(turntable.play(Sound::Approved, Loudness::Normal).is_err());
        assert!(turntable.programs.is_empty());
    }

    #[test]
    fn a_till_that_can_play_nothing_goes_on_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let player = Player::new(folder.path().join("sounds"), Vec::new(), PLAYED_WITHIN);
        for _ in 0..1_000 {
            player.play(Sound::Attention, Loudness::Normal);
        }
    }

    #[test]
    fn what_is_handed_in_is_played_until_nothing_works_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let (sounds, wanted) = sync_channel(3);
        for sound in [Sound::Approved, Sound::NotPaid] {
            sounds.send((sound, Loudness::Normal)).unwrap();
        }
        drop(sounds);
        turntable(here, vec![scribe(here)]).play_all(&wanted);
        assert_eq!(played(here), "approved-normal.wav\nnot-paid-normal.wav\n");
        let (sounds, wanted) = sync_channel(3);
        sounds.send((Sound::Approved, Loudness::Normal)).unwrap();
        // Returns although somebody could still hand in sounds.
        turntable(here, Vec::new()).play_all(&wanted);
    }

    #[test]
    fn off_plays_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let player = Player::new(here.join("sounds"), vec![scribe(here)], PLAYED_WITHIN);
        player.play(Sound::Approved, Loudness::Off);
        drop(player);
        assert_eq!(played(here), "");
        assert!(!here.join("sounds").exists());
    }
}

#[cfg(test)]
mod programs {
    use super::*;

    #[test]
    fn every_system_has_a_program_to_try() {
        for system in ["linux", "macos", "windows"] {
            assert!(!Program::of_system(system).is_empty(), "{system}");
        }
        let windows = &Program::of_system("windows")[0];
        assert!(windows.reads_environment && windows.arguments.iter().any(|argument| argument.contains(FILE)));
    }
}
