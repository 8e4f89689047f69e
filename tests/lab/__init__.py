"""The lab: a disposable Docker host in which every command of the workshop is played."""
