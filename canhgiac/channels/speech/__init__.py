"""Words read aloud: scripts, voices, levelled MP3, and what an IP loudspeaker polls."""
