package main

import (
	"fmt"

	"ronda/internal/config"
)

// configCmd works with the settings.
type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Say what is wrong with the settings and the election pack, without starting anything."`
}

// configCheckCmd reads the settings as serve would.
type configCheckCmd struct{ config.Server }

// Run prints every problem and fails if there is one.
func (c *configCheckCmd) Run() error {
	if err := c.Server.Check(); err != nil {
		return err
	}
	pack, err := loadPack(&c.Server)
	if err != nil {
		return err
	}
	fmt.Printf("settings are sound; election pack %s: %d contests, %d regions, %d platforms, %d known claims\n",
		pack.ID, len(pack.Contests), len(pack.Regions), len(pack.Platforms), len(pack.Claims))
	return nil
}
